CREATE TABLE visits (
  id BIGINT NOT NULL,
  user_id BIGINT,
  referrer VARCHAR,
  started_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
);

ALTER TABLE visits SET SORTED BY (started_at ASC);
