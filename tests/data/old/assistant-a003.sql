BEGIN TRANSACTION;
CREATE TABLE alembic_version_assistant (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_assistant_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version_assistant" VALUES('a003');
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
	parked BOOLEAN NOT NULL, address VARCHAR(60), our_number VARCHAR(60), parked_turn VARCHAR(60), open_work BOOLEAN DEFAULT 0 NOT NULL, 
	PRIMARY KEY (conversation_id)
);
INSERT INTO "conversation" VALUES('conversation_id 1','channel 1','token_hash 1','{"row": 1}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',1,1,'lease_token 1',0.5,1,0,'address 1','our_number 1','parked_turn 1',0);
INSERT INTO "conversation" VALUES('conversation_id 2','channel 2','token_hash 2','{"row": 2}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',2,2,'lease_token 2',1.0,2,1,'address 2','our_number 2','parked_turn 2',1);
INSERT INTO "conversation" VALUES('conversation_id 3','channel 3','token_hash 3','{"row": 3}','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000',3,3,'lease_token 3',1.5,3,0,'address 3','our_number 3','parked_turn 3',0);
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
	turn_id VARCHAR(60), carrier VARCHAR(10), 
	PRIMARY KEY (id), 
	CONSTRAINT message_once UNIQUE (channel, message_id), 
	CONSTRAINT message_in_order UNIQUE (conversation_id, sequence), 
	FOREIGN KEY(conversation_id) REFERENCES conversation (conversation_id)
);
INSERT INTO "message" VALUES(1,'conversation_id 1','channel 1','message_id 1',1,'text 1','{"row": 1}','2026-03-10 14:00:00.000000','turn_id 1','carrier 1');
INSERT INTO "message" VALUES(2,'conversation_id 2','channel 2','message_id 2',2,'text 2','{"row": 2}','2026-03-10 14:00:00.000000','turn_id 2','carrier 2');
INSERT INTO "message" VALUES(3,'conversation_id 3','channel 3','message_id 3',3,'text 3','{"row": 3}','2026-03-10 14:00:00.000000','turn_id 3','carrier 3');
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
CREATE INDEX ix_turn_conversation_id ON turn (conversation_id);
CREATE INDEX ix_delivery_status ON delivery (status);
CREATE INDEX ix_delivery_conversation_id ON delivery (conversation_id);
CREATE INDEX ix_draft_feedback_draft_id ON draft_feedback (draft_id);
CREATE INDEX message_unanswered ON message (turn_id, at);
CREATE INDEX conversation_left ON conversation (open_work, updated);
CREATE INDEX conversation_updated ON conversation (updated);
CREATE UNIQUE INDEX conversation_contact ON conversation (channel, address, our_number);
CREATE INDEX delivery_due ON delivery (status, due);
CREATE INDEX delivery_address ON delivery (address, our_number, status);
COMMIT;
