-- Everybody says session, so the tables do too.
ALTER TABLE visits RENAME TO sessions;
ALTER TABLE events RENAME COLUMN visit_id TO session_id;
ALTER TABLE users RENAME COLUMN name TO full_name;
