BEGIN TRANSACTION;
CREATE TABLE alembic_version_channels (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_channels_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version_channels" VALUES('c005');
CREATE TABLE audit (
	number INTEGER NOT NULL, 
	at FLOAT NOT NULL, 
	"by" VARCHAR(120) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	did VARCHAR(60) NOT NULL, 
	what VARCHAR(200) NOT NULL, 
	detail TEXT NOT NULL, 
	previous VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	PRIMARY KEY (number)
);
INSERT INTO "audit" VALUES(1,0.5,'by 1','role 1','did 1','what 1','detail 1','previous 1','hash 1');
INSERT INTO "audit" VALUES(2,1.0,'by 2','role 2','did 2','what 2','detail 2','previous 2','hash 2');
INSERT INTO "audit" VALUES(3,1.5,'by 3','role 3','did 3','what 3','detail 3','previous 3','hash 3');
CREATE TABLE desk_choice (
	draft_id VARCHAR(60) NOT NULL, 
	field VARCHAR(100) NOT NULL, 
	verdict VARCHAR(10) NOT NULL, 
	"before" TEXT NOT NULL, 
	"after" TEXT NOT NULL, 
	reason VARCHAR(40) NOT NULL, 
	at FLOAT NOT NULL, 
	PRIMARY KEY (draft_id, field)
);
INSERT INTO "desk_choice" VALUES('draft_id 1','field 1','verdict 1','before 1','after 1','reason 1',0.5);
INSERT INTO "desk_choice" VALUES('draft_id 2','field 2','verdict 2','before 2','after 2','reason 2',1.0);
INSERT INTO "desk_choice" VALUES('draft_id 3','field 3','verdict 3','before 3','after 3','reason 3',1.5);
CREATE TABLE desk_claim (
	conversation_id VARCHAR(60) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	seen FLOAT NOT NULL, 
	PRIMARY KEY (conversation_id)
);
INSERT INTO "desk_claim" VALUES('conversation_id 1','login 1',0.5);
INSERT INTO "desk_claim" VALUES('conversation_id 2','login 2',1.0);
INSERT INTO "desk_claim" VALUES('conversation_id 3','login 3',1.5);
CREATE TABLE desk_filing (
	draft_id VARCHAR(60) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	case_id VARCHAR(60) NOT NULL, 
	filed FLOAT NOT NULL, 
	seconds FLOAT, 
	assisted BOOLEAN NOT NULL, 
	undone BOOLEAN NOT NULL, 
	PRIMARY KEY (draft_id)
);
INSERT INTO "desk_filing" VALUES('draft_id 1','login 1','case_id 1',0.5,0.5,0,0);
INSERT INTO "desk_filing" VALUES('draft_id 2','login 2','case_id 2',1.0,1.0,1,1);
INSERT INTO "desk_filing" VALUES('draft_id 3','login 3','case_id 3',1.5,1.5,0,0);
CREATE TABLE desk_look (
	conversation_id VARCHAR(60) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	seen FLOAT NOT NULL, 
	PRIMARY KEY (conversation_id, login)
);
INSERT INTO "desk_look" VALUES('conversation_id 1','login 1',0.5);
INSERT INTO "desk_look" VALUES('conversation_id 2','login 2',1.0);
INSERT INTO "desk_look" VALUES('conversation_id 3','login 3',1.5);
CREATE TABLE desk_note (
	id INTEGER NOT NULL, 
	conversation_id VARCHAR(60) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	at FLOAT NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "desk_note" VALUES(1,'conversation_id 1','login 1',0.5,'text 1');
INSERT INTO "desk_note" VALUES(2,'conversation_id 2','login 2',1.0,'text 2');
INSERT INTO "desk_note" VALUES(3,'conversation_id 3','login 3',1.5,'text 3');
CREATE TABLE staff (
	login VARCHAR(120) NOT NULL, 
	name VARCHAR(120) NOT NULL, 
	role VARCHAR(20) NOT NULL, 
	password VARCHAR(300), 
	failures INTEGER NOT NULL, 
	locked_until FLOAT NOT NULL, 
	disabled BOOLEAN NOT NULL, 
	created FLOAT NOT NULL, 
	PRIMARY KEY (login)
);
INSERT INTO "staff" VALUES('login 1','name 1','role 1','password 1',1,0.5,0,0.5);
INSERT INTO "staff" VALUES('login 2','name 2','role 2','password 2',2,1.0,1,1.0);
INSERT INTO "staff" VALUES('login 3','name 3','role 3','password 3',3,1.5,0,1.5);
CREATE TABLE staff_invitation (
	token_hash VARCHAR(64) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	expires FLOAT NOT NULL, 
	PRIMARY KEY (token_hash)
);
INSERT INTO "staff_invitation" VALUES('token_hash 1','login 1',0.5);
INSERT INTO "staff_invitation" VALUES('token_hash 2','login 2',1.0);
INSERT INTO "staff_invitation" VALUES('token_hash 3','login 3',1.5);
CREATE TABLE staff_session (
	token_hash VARCHAR(64) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	began FLOAT NOT NULL, 
	seen FLOAT NOT NULL, 
	browser VARCHAR(120) NOT NULL, 
	PRIMARY KEY (token_hash)
);
INSERT INTO "staff_session" VALUES('token_hash 1','login 1',0.5,0.5,'browser 1');
INSERT INTO "staff_session" VALUES('token_hash 2','login 2',1.0,1.0,'browser 2');
INSERT INTO "staff_session" VALUES('token_hash 3','login 3',1.5,1.5,'browser 3');
CREATE TABLE staff_subject (
	issuer VARCHAR(255) NOT NULL, 
	subject VARCHAR(255) NOT NULL, 
	login VARCHAR(120) NOT NULL, 
	linked FLOAT NOT NULL, 
	PRIMARY KEY (issuer, subject), 
	UNIQUE (issuer, login)
);
INSERT INTO "staff_subject" VALUES('issuer 1','subject 1','login 1',0.5);
INSERT INTO "staff_subject" VALUES('issuer 2','subject 2','login 2',1.0);
INSERT INTO "staff_subject" VALUES('issuer 3','subject 3','login 3',1.5);
CREATE INDEX ix_staff_invitation_login ON staff_invitation (login);
CREATE INDEX ix_staff_session_login ON staff_session (login);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'The audit log is append-only.'); END;
CREATE INDEX ix_desk_note_conversation_id ON desk_note (conversation_id);
COMMIT;
