BEGIN TRANSACTION;
CREATE TABLE alembic_version_tools (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_tools_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version_tools" VALUES('t005');
CREATE TABLE crm_case (
	id INTEGER NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	service VARCHAR(60) NOT NULL, 
	status VARCHAR(20) NOT NULL, 
	closure_reason TEXT, 
	opened DATETIME NOT NULL, 
	updated DATETIME NOT NULL, 
	closed DATETIME, 
	description TEXT NOT NULL, 
	language VARCHAR(10) NOT NULL, 
	location JSON, 
	lat FLOAT, 
	long FLOAT, 
	attributes JSON NOT NULL, 
	route JSON, 
	reports INTEGER NOT NULL, returned DATETIME, 
	PRIMARY KEY (id), 
	UNIQUE (case_id)
);
INSERT INTO "crm_case" VALUES(1,'case_id 1','service 1','status 1','closure_reason 1','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 1','language 1','{"row": 1}',0.5,0.5,'{"row": 1}','{"row": 1}',1,'2026-03-10 14:00:00.000000');
INSERT INTO "crm_case" VALUES(2,'case_id 2','service 2','status 2','closure_reason 2','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 2','language 2','{"row": 2}',1.0,1.0,'{"row": 2}','{"row": 2}',2,'2026-03-10 14:00:00.000000');
INSERT INTO "crm_case" VALUES(3,'case_id 3','service 3','status 3','closure_reason 3','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 3','language 3','{"row": 3}',1.5,1.5,'{"row": 3}','{"row": 3}',3,'2026-03-10 14:00:00.000000');
CREATE TABLE crm_case_event (
	id INTEGER NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	change VARCHAR(20) NOT NULL, 
	detail JSON NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(case_id) REFERENCES crm_case (case_id)
);
INSERT INTO "crm_case_event" VALUES(1,'case_id 1','2026-03-10 14:00:00.000000','change 1','{"row": 1}');
INSERT INTO "crm_case_event" VALUES(2,'case_id 2','2026-03-10 14:00:00.000000','change 2','{"row": 2}');
INSERT INTO "crm_case_event" VALUES(3,'case_id 3','2026-03-10 14:00:00.000000','change 3','{"row": 3}');
CREATE TABLE crm_case_file (
	"key" VARCHAR(200) NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	content BLOB NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY ("key"), 
	FOREIGN KEY(case_id) REFERENCES crm_case (case_id)
);
INSERT INTO "crm_case_file" VALUES('key 1','case_id 1','name 1',X'636F6E74656E742031','2026-03-10 14:00:00.000000');
INSERT INTO "crm_case_file" VALUES('key 2','case_id 2','name 2',X'636F6E74656E742032','2026-03-10 14:00:00.000000');
INSERT INTO "crm_case_file" VALUES('key 3','case_id 3','name 3',X'636F6E74656E742033','2026-03-10 14:00:00.000000');
CREATE TABLE crm_case_report (
	id INTEGER NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	words TEXT NOT NULL, 
	channel VARCHAR(20) NOT NULL, 
	name TEXT, 
	phone VARCHAR(20), 
	email TEXT, 
	PRIMARY KEY (id), 
	FOREIGN KEY(case_id) REFERENCES crm_case (case_id)
);
INSERT INTO "crm_case_report" VALUES(1,'case_id 1','2026-03-10 14:00:00.000000','words 1','channel 1','name 1','phone 1','email 1');
INSERT INTO "crm_case_report" VALUES(2,'case_id 2','2026-03-10 14:00:00.000000','words 2','channel 2','name 2','phone 2','email 2');
INSERT INTO "crm_case_report" VALUES(3,'case_id 3','2026-03-10 14:00:00.000000','words 3','channel 3','name 3','phone 3','email 3');
CREATE TABLE crm_idempotency_key (
	"key" VARCHAR(200) NOT NULL, 
	action VARCHAR(20) NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "crm_idempotency_key" VALUES('key 1','action 1','case_id 1','2026-03-10 14:00:00.000000');
INSERT INTO "crm_idempotency_key" VALUES('key 2','action 2','case_id 2','2026-03-10 14:00:00.000000');
INSERT INTO "crm_idempotency_key" VALUES('key 3','action 3','case_id 3','2026-03-10 14:00:00.000000');
CREATE TABLE crm_pickup (
	service VARCHAR(60) NOT NULL, 
	area VARCHAR(20) NOT NULL, 
	day DATE NOT NULL, 
	place INTEGER NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	PRIMARY KEY (service, area, day, place), 
	FOREIGN KEY(case_id) REFERENCES crm_case (case_id)
);
INSERT INTO "crm_pickup" VALUES('service 1','area 1','2026-03-10',1,'case_id 1');
INSERT INTO "crm_pickup" VALUES('service 2','area 2','2026-03-10',2,'case_id 2');
INSERT INTO "crm_pickup" VALUES('service 3','area 3','2026-03-10',3,'case_id 3');
CREATE TABLE open311_filed (
	"key" VARCHAR(200) NOT NULL, 
	endpoint VARCHAR(300) NOT NULL, 
	mark VARCHAR(20) NOT NULL, 
	sent DATETIME NOT NULL, 
	token VARCHAR(200), 
	case_id VARCHAR(200), 
	PRIMARY KEY ("key")
);
INSERT INTO "open311_filed" VALUES('key 1','endpoint 1','mark 1','2026-03-10 14:00:00.000000','token 1','case_id 1');
INSERT INTO "open311_filed" VALUES('key 2','endpoint 2','mark 2','2026-03-10 14:00:00.000000','token 2','case_id 2');
INSERT INTO "open311_filed" VALUES('key 3','endpoint 3','mark 3','2026-03-10 14:00:00.000000','token 3','case_id 3');
CREATE TABLE open311_key (
	hash VARCHAR(64) NOT NULL, 
	client VARCHAR(60) NOT NULL, 
	made DATETIME NOT NULL, 
	revoked DATETIME, 
	PRIMARY KEY (hash)
);
INSERT INTO "open311_key" VALUES('hash 1','client 1','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000');
INSERT INTO "open311_key" VALUES('hash 2','client 2','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000');
INSERT INTO "open311_key" VALUES('hash 3','client 3','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000');
CREATE TABLE open311_post (
	token VARCHAR(40) NOT NULL, 
	fingerprint VARCHAR(64) NOT NULL, 
	client VARCHAR(60) NOT NULL, 
	at DATETIME NOT NULL, 
	case_id VARCHAR(60), 
	record JSON, 
	PRIMARY KEY (token)
);
INSERT INTO "open311_post" VALUES('token 1','fingerprint 1','client 1','2026-03-10 14:00:00.000000','case_id 1','{"row": 1}');
INSERT INTO "open311_post" VALUES('token 2','fingerprint 2','client 2','2026-03-10 14:00:00.000000','case_id 2','{"row": 2}');
INSERT INTO "open311_post" VALUES('token 3','fingerprint 3','client 3','2026-03-10 14:00:00.000000','case_id 3','{"row": 3}');
CREATE TABLE routing_feedback (
	id INTEGER NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	service VARCHAR(60) NOT NULL, 
	area VARCHAR(20) NOT NULL, 
	rule VARCHAR(200) NOT NULL, 
	from_department VARCHAR(20) NOT NULL, 
	from_team VARCHAR(120) NOT NULL, 
	why TEXT NOT NULL, 
	suggested_team VARCHAR(120), 
	suggested_by VARCHAR(20), 
	to_department VARCHAR(20) NOT NULL, 
	to_team VARCHAR(120) NOT NULL, 
	to_service VARCHAR(60), 
	accepted BOOLEAN NOT NULL, 
	reason TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE ("key")
);
INSERT INTO "routing_feedback" VALUES(1,'key 1','2026-03-10 14:00:00.000000','case_id 1','service 1','area 1','rule 1','from_department 1','from_team 1','why 1','suggested_team 1','suggested_by 1','to_department 1','to_team 1','to_service 1',0,'reason 1');
INSERT INTO "routing_feedback" VALUES(2,'key 2','2026-03-10 14:00:00.000000','case_id 2','service 2','area 2','rule 2','from_department 2','from_team 2','why 2','suggested_team 2','suggested_by 2','to_department 2','to_team 2','to_service 2',1,'reason 2');
INSERT INTO "routing_feedback" VALUES(3,'key 3','2026-03-10 14:00:00.000000','case_id 3','service 3','area 3','rule 3','from_department 3','from_team 3','why 3','suggested_team 3','suggested_by 3','to_department 3','to_team 3','to_service 3',0,'reason 3');
CREATE INDEX crm_case_near ON crm_case (service, status, lat, long);
CREATE INDEX ix_crm_case_event_case_id ON crm_case_event (case_id);
CREATE INDEX ix_crm_case_report_phone ON crm_case_report (phone);
CREATE INDEX ix_crm_case_report_case_id ON crm_case_report (case_id);
CREATE INDEX ix_open311_post_fingerprint ON open311_post (fingerprint);
CREATE INDEX ix_crm_case_returned ON crm_case (returned);
CREATE INDEX ix_routing_feedback_from_team ON routing_feedback (from_team);
CREATE INDEX ix_routing_feedback_at ON routing_feedback (at);
CREATE INDEX crm_pickup_case ON crm_pickup (case_id);
CREATE INDEX crm_case_file_case ON crm_case_file (case_id);
COMMIT;
