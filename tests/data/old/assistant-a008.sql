BEGIN TRANSACTION;
CREATE TABLE alembic_version_assistant (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_assistant_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version_assistant" VALUES('a008');
CREATE TABLE call (
	call_id VARCHAR(60) NOT NULL, 
	caller VARCHAR(60) NOT NULL, 
	our_number VARCHAR(60) NOT NULL, 
	proven BOOLEAN NOT NULL, 
	at DATETIME NOT NULL, 
	conversation_id VARCHAR(60), 
	language VARCHAR(10), 
	silences INTEGER NOT NULL, 
	heard TEXT, 
	status VARCHAR(20) NOT NULL, 
	seconds INTEGER, 
	PRIMARY KEY (call_id)
);
INSERT INTO "call" VALUES('call_id 1','caller 1','our_number 1',0,'2026-03-10 14:00:00.000000','conversation_id 1','language 1',1,'heard 1','status 1',1);
INSERT INTO "call" VALUES('call_id 2','caller 2','our_number 2',1,'2026-03-10 14:00:00.000000','conversation_id 2','language 2',2,'heard 2','status 2',2);
INSERT INTO "call" VALUES('call_id 3','caller 3','our_number 3',0,'2026-03-10 14:00:00.000000','conversation_id 3','language 3',3,'heard 3','status 3',3);
CREATE TABLE call_answer (
	call_id VARCHAR(60) NOT NULL, 
	step VARCHAR(20) NOT NULL, 
	answer TEXT NOT NULL, 
	PRIMARY KEY (call_id, step), 
	FOREIGN KEY(call_id) REFERENCES call (call_id)
);
INSERT INTO "call_answer" VALUES('call_id 1','step 1','answer 1');
INSERT INTO "call_answer" VALUES('call_id 2','step 2','answer 2');
INSERT INTO "call_answer" VALUES('call_id 3','step 3','answer 3');
CREATE TABLE case_to_file (
	"key" VARCHAR(200) NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	record JSON NOT NULL, 
	at DATETIME NOT NULL, 
	attempts INTEGER NOT NULL, 
	case_id VARCHAR(60), 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (conversation_id)
);
INSERT INTO "case_to_file" VALUES('key 1','conversation_id 1','{"row": 1}','2026-03-10 14:00:00.000000',1,'case_id 1');
INSERT INTO "case_to_file" VALUES('key 2','conversation_id 2','{"row": 2}','2026-03-10 14:00:00.000000',2,'case_id 2');
INSERT INTO "case_to_file" VALUES('key 3','conversation_id 3','{"row": 3}','2026-03-10 14:00:00.000000',3,'case_id 3');
CREATE TABLE conversation (
	conversation_id VARCHAR(60) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	token_hash VARCHAR(64) NOT NULL, 
	state JSON NOT NULL, 
	created DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	received INTEGER NOT NULL, 
	replied INTEGER NOT NULL, 
	lease_token VARCHAR(60), 
	lease_until FLOAT, 
	failures INTEGER NOT NULL, 
	parked BOOLEAN NOT NULL, address VARCHAR(60), our_number VARCHAR(60), parked_turn VARCHAR(60), open_work BOOLEAN DEFAULT 0 NOT NULL, reads_to INTEGER, 
	PRIMARY KEY (conversation_id)
);
INSERT INTO "conversation" VALUES('conversation_id 1','channel 1','token_hash 1','{"row": 1}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',1,1,'lease_token 1',0.5,1,0,'address 1','our_number 1','parked_turn 1',0,1);
INSERT INTO "conversation" VALUES('conversation_id 2','channel 2','token_hash 2','{"row": 2}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',2,2,'lease_token 2',1.0,2,1,'address 2','our_number 2','parked_turn 2',1,2);
INSERT INTO "conversation" VALUES('conversation_id 3','channel 3','token_hash 3','{"row": 3}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',3,3,'lease_token 3',1.5,3,0,'address 3','our_number 3','parked_turn 3',0,3);
CREATE TABLE crm_mark (
	source VARCHAR(40) NOT NULL, 
	mark VARCHAR(200) NOT NULL, 
	PRIMARY KEY (source)
);
INSERT INTO "crm_mark" VALUES('source 1','mark 1');
INSERT INTO "crm_mark" VALUES('source 2','mark 2');
INSERT INTO "crm_mark" VALUES('source 3','mark 3');
CREATE TABLE delivery (
	delivery_id VARCHAR(60) NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	turn_id VARCHAR(60) NOT NULL, 
	sequence INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	at DATETIME NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	attempts INTEGER NOT NULL, 
	provider_id VARCHAR(60), 
	error TEXT, address VARCHAR(60), our_number VARCHAR(60), last_word BOOLEAN DEFAULT 0 NOT NULL, segments INTEGER, due FLOAT, 
	PRIMARY KEY (delivery_id), 
	CONSTRAINT delivery_in_order UNIQUE (conversation_id, sequence), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (conversation_id), 
	FOREIGN KEY(turn_id) REFERENCES turn (turn_id)
);
INSERT INTO "delivery" VALUES('delivery_id 1','conversation_id 1','turn_id 1',1,'text 1','language 1','2026-03-10 14:00:00.000000','status 1',1,'provider_id 1','error 1','address 1','our_number 1',0,1,0.5);
INSERT INTO "delivery" VALUES('delivery_id 2','conversation_id 2','turn_id 2',2,'text 2','language 2','2026-03-10 14:00:00.000000','status 2',2,'provider_id 2','error 2','address 2','our_number 2',1,2,1.0);
INSERT INTO "delivery" VALUES('delivery_id 3','conversation_id 3','turn_id 3',3,'text 3','language 3','2026-03-10 14:00:00.000000','status 3',3,'provider_id 3','error 3','address 3','our_number 3',0,3,1.5);
CREATE TABLE draft (
	draft_id VARCHAR(60) NOT NULL, 
	text TEXT NOT NULL, 
	source VARCHAR(20) NOT NULL, 
	made_by VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	record JSON NOT NULL, 
	case_id VARCHAR(60), 
	accepted_with VARCHAR(100), 
	edits JSON, 
	PRIMARY KEY (draft_id)
);
INSERT INTO "draft" VALUES('draft_id 1','text 1','source 1','made_by 1','2026-03-10 14:00:00.000000','{"row": 1}','case_id 1','accepted_with 1','{"row": 1}');
INSERT INTO "draft" VALUES('draft_id 2','text 2','source 2','made_by 2','2026-03-10 14:00:00.000000','{"row": 2}','case_id 2','accepted_with 2','{"row": 2}');
INSERT INTO "draft" VALUES('draft_id 3','text 3','source 3','made_by 3','2026-03-10 14:00:00.000000','{"row": 3}','case_id 3','accepted_with 3','{"row": 3}');
CREATE TABLE draft_feedback (
	id INTEGER NOT NULL, 
	draft_id VARCHAR(60) NOT NULL, 
	said_by VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	record JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(draft_id) REFERENCES draft (draft_id)
);
INSERT INTO "draft_feedback" VALUES(1,'draft_id 1','said_by 1','2026-03-10 14:00:00.000000','{"row": 1}');
INSERT INTO "draft_feedback" VALUES(2,'draft_id 2','said_by 2','2026-03-10 14:00:00.000000','{"row": 2}');
INSERT INTO "draft_feedback" VALUES(3,'draft_id 3','said_by 3','2026-03-10 14:00:00.000000','{"row": 3}');
CREATE TABLE message (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	channel VARCHAR(10) NOT NULL, 
	message_id VARCHAR(200) NOT NULL, 
	sequence INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	media JSON NOT NULL, 
	at DATETIME NOT NULL, 
	turn_id VARCHAR(60), carrier VARCHAR(10), limited VARCHAR(10), 
	PRIMARY KEY (id), 
	CONSTRAINT message_once UNIQUE (channel, message_id), 
	CONSTRAINT message_in_order UNIQUE (conversation_id, sequence), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (conversation_id)
);
INSERT INTO "message" VALUES(1,'conversation_id 1','channel 1','message_id 1',1,'text 1','{"row": 1}','2026-03-10 14:00:00.000000','turn_id 1','carrier 1','limited 1');
INSERT INTO "message" VALUES(2,'conversation_id 2','channel 2','message_id 2',2,'text 2','{"row": 2}','2026-03-10 14:00:00.000000','turn_id 2','carrier 2','limited 2');
INSERT INTO "message" VALUES(3,'conversation_id 3','channel 3','message_id 3',3,'text 3','{"row": 3}','2026-03-10 14:00:00.000000','turn_id 3','carrier 3','limited 3');
CREATE TABLE model_spending (
	account VARCHAR(80) NOT NULL, 
	calls BIGINT NOT NULL, 
	tokens BIGINT NOT NULL, 
	cost_usd FLOAT NOT NULL, 
	refused BIGINT NOT NULL, 
	PRIMARY KEY (account)
);
INSERT INTO "model_spending" VALUES('account 1',1,1,0.5,1);
INSERT INTO "model_spending" VALUES('account 2',2,2,1.0,2);
INSERT INTO "model_spending" VALUES('account 3',3,3,1.5,3);
CREATE TABLE news_item (
	"key" VARCHAR(240) NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	address VARCHAR(60) NOT NULL, 
	our_number VARCHAR(60) NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	at DATETIME NOT NULL, 
	detail JSON NOT NULL, 
	due FLOAT NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	turn_id VARCHAR(60), 
	PRIMARY KEY ("key")
);
INSERT INTO "news_item" VALUES('key 1','case_id 1','address 1','our_number 1','language 1','kind 1','2026-03-10 14:00:00.000000','{"row": 1}',0.5,'status 1','turn_id 1');
INSERT INTO "news_item" VALUES('key 2','case_id 2','address 2','our_number 2','language 2','kind 2','2026-03-10 14:00:00.000000','{"row": 2}',1.0,'status 2','turn_id 2');
INSERT INTO "news_item" VALUES('key 3','case_id 3','address 3','our_number 3','language 3','kind 3','2026-03-10 14:00:00.000000','{"row": 3}',1.5,'status 3','turn_id 3');
CREATE TABLE news_wish (
	case_id VARCHAR(60) NOT NULL, 
	address VARCHAR(60) NOT NULL, 
	our_number VARCHAR(60) NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	at DATETIME NOT NULL, 
	turn_id VARCHAR(60) NOT NULL, 
	stopped DATETIME, 
	PRIMARY KEY (case_id, address, our_number)
);
INSERT INTO "news_wish" VALUES('case_id 1','address 1','our_number 1','conversation_id 1','language 1','2026-03-10 14:00:00.000000','turn_id 1','2026-03-10 14:00:00.000000');
INSERT INTO "news_wish" VALUES('case_id 2','address 2','our_number 2','conversation_id 2','language 2','2026-03-10 14:00:00.000000','turn_id 2','2026-03-10 14:00:00.000000');
INSERT INTO "news_wish" VALUES('case_id 3','address 3','our_number 3','conversation_id 3','language 3','2026-03-10 14:00:00.000000','turn_id 3','2026-03-10 14:00:00.000000');
CREATE TABLE opt_out (
	address VARCHAR(60) NOT NULL, 
	our_number VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	why VARCHAR(20) NOT NULL, 
	PRIMARY KEY (address, our_number)
);
INSERT INTO "opt_out" VALUES('address 1','our_number 1','2026-03-10 14:00:00.000000','why 1');
INSERT INTO "opt_out" VALUES('address 2','our_number 2','2026-03-10 14:00:00.000000','why 2');
INSERT INTO "opt_out" VALUES('address 3','our_number 3','2026-03-10 14:00:00.000000','why 3');
CREATE TABLE sending_pace (
	our_number VARCHAR(60) NOT NULL, 
	tokens FLOAT NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (our_number)
);
INSERT INTO "sending_pace" VALUES('our_number 1',0.5,0.5);
INSERT INTO "sending_pace" VALUES('our_number 2',1.0,1.0);
INSERT INTO "sending_pace" VALUES('our_number 3',1.5,1.5);
CREATE TABLE surge (
	surge_id VARCHAR(20) NOT NULL, 
	topic VARCHAR(80) NOT NULL, 
	area VARCHAR(80) NOT NULL, 
	texts JSON NOT NULL, 
	expires DATETIME NOT NULL, 
	"by" VARCHAR(120) NOT NULL, 
	at DATETIME NOT NULL, 
	ended BOOLEAN NOT NULL, 
	PRIMARY KEY (surge_id)
);
INSERT INTO "surge" VALUES('surge_id 1','topic 1','area 1','{"row": 1}','2026-03-10 14:00:00.000000','by 1','2026-03-10 14:00:00.000000',0);
INSERT INTO "surge" VALUES('surge_id 2','topic 2','area 2','{"row": 2}','2026-03-10 14:00:00.000000','by 2','2026-03-10 14:00:00.000000',1);
INSERT INTO "surge" VALUES('surge_id 3','topic 3','area 3','{"row": 3}','2026-03-10 14:00:00.000000','by 3','2026-03-10 14:00:00.000000',0);
CREATE TABLE switch (
	name VARCHAR(40) NOT NULL, 
	off BOOLEAN NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "switch" VALUES('name 1',0);
INSERT INTO "switch" VALUES('name 2',1);
INSERT INTO "switch" VALUES('name 3',0);
CREATE TABLE switch_change (
	id INTEGER NOT NULL, 
	name VARCHAR(40) NOT NULL, 
	off BOOLEAN NOT NULL, 
	why TEXT NOT NULL, 
	"by" VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "switch_change" VALUES(1,'name 1',0,'why 1','by 1','2026-03-10 14:00:00.000000');
INSERT INTO "switch_change" VALUES(2,'name 2',1,'why 2','by 2','2026-03-10 14:00:00.000000');
INSERT INTO "switch_change" VALUES(3,'name 3',0,'why 3','by 3','2026-03-10 14:00:00.000000');
CREATE TABLE text_photo (
	reference VARCHAR(200) NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	attempts INTEGER NOT NULL, 
	due FLOAT, 
	media_id VARCHAR(80), 
	error VARCHAR(40), 
	PRIMARY KEY (reference)
);
INSERT INTO "text_photo" VALUES('reference 1','conversation_id 1',1,0.5,'media_id 1','error 1');
INSERT INTO "text_photo" VALUES('reference 2','conversation_id 2',2,1.0,'media_id 2','error 2');
INSERT INTO "text_photo" VALUES('reference 3','conversation_id 3',3,1.5,'media_id 3','error 3');
CREATE TABLE turn (
	id INTEGER NOT NULL, 
	turn_id VARCHAR(60) NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	started DATETIME NOT NULL, 
	outcome VARCHAR(20) NOT NULL, 
	engine VARCHAR(20) NOT NULL, 
	record JSON NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (turn_id), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (conversation_id)
);
INSERT INTO "turn" VALUES(1,'turn_id 1','conversation_id 1','2026-03-10 14:00:00.000000','outcome 1','engine 1','{"row": 1}');
INSERT INTO "turn" VALUES(2,'turn_id 2','conversation_id 2','2026-03-10 14:00:00.000000','outcome 2','engine 2','{"row": 2}');
INSERT INTO "turn" VALUES(3,'turn_id 3','conversation_id 3','2026-03-10 14:00:00.000000','outcome 3','engine 3','{"row": 3}');
CREATE TABLE usage (
	scope VARCHAR(20) NOT NULL, 
	"key" VARCHAR(80) NOT NULL, 
	window INTEGER NOT NULL, 
	count INTEGER NOT NULL, 
	until FLOAT NOT NULL, 
	PRIMARY KEY (scope, "key", window)
);
INSERT INTO "usage" VALUES('scope 1','key 1',1,1,0.5);
INSERT INTO "usage" VALUES('scope 2','key 2',2,2,1.0);
INSERT INTO "usage" VALUES('scope 3','key 3',3,3,1.5);
CREATE INDEX ix_turn_conversation_id ON turn (conversation_id);
CREATE INDEX ix_delivery_conversation_id ON delivery (conversation_id);
CREATE INDEX ix_delivery_status ON delivery (status);
CREATE INDEX ix_draft_feedback_draft_id ON draft_feedback (draft_id);
CREATE INDEX message_unanswered ON message (turn_id, at);
CREATE INDEX conversation_left ON conversation (open_work, updated);
CREATE INDEX conversation_updated ON conversation (updated);
CREATE UNIQUE INDEX conversation_contact ON conversation (channel, address, our_number);
CREATE INDEX delivery_due ON delivery (status, due);
CREATE INDEX delivery_address ON delivery (address, our_number, status);
CREATE INDEX ix_text_photo_conversation_id ON text_photo (conversation_id);
CREATE INDEX text_photo_due ON text_photo (due);
CREATE INDEX usage_until ON usage (until);
CREATE INDEX ix_call_conversation_id ON call (conversation_id);
CREATE INDEX call_of_caller ON call (caller, our_number, at);
CREATE INDEX ix_news_wish_conversation_id ON news_wish (conversation_id);
CREATE INDEX ix_news_item_case_id ON news_item (case_id);
CREATE INDEX news_item_due ON news_item (status, due);
COMMIT;
