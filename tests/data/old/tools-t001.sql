BEGIN TRANSACTION;
CREATE TABLE alembic_version_tools (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_tools_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version_tools" VALUES('t001');
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
	reports INTEGER NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (case_id)
);
INSERT INTO "crm_case" VALUES(1,'case_id 1','service 1','status 1','closure_reason 1','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 1','language 1','{"row": 1}',0.5,0.5,'{"row": 1}','{"row": 1}',1);
INSERT INTO "crm_case" VALUES(2,'case_id 2','service 2','status 2','closure_reason 2','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 2','language 2','{"row": 2}',1.0,1.0,'{"row": 2}','{"row": 2}',2);
INSERT INTO "crm_case" VALUES(3,'case_id 3','service 3','status 3','closure_reason 3','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','2026-03-10 14:00:00.000000','description 3','language 3','{"row": 3}',1.5,1.5,'{"row": 3}','{"row": 3}',3);
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
CREATE INDEX crm_case_near ON crm_case (service, status, lat, long);
CREATE INDEX ix_crm_case_event_case_id ON crm_case_event (case_id);
CREATE INDEX ix_crm_case_report_case_id ON crm_case_report (case_id);
CREATE INDEX ix_crm_case_report_phone ON crm_case_report (phone);
COMMIT;
