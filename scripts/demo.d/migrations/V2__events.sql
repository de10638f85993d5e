-- What happened, as the site's collector sends it: many rows a day, read by month.
CREATE TABLE events (
  id UUID NOT NULL,
  visit_id BIGINT NOT NULL,
  kind VARCHAR NOT NULL,
  properties MAP(VARCHAR, VARCHAR),
  occurred_at TIMESTAMP NOT NULL
);

ALTER TABLE events SET PARTITIONED BY (year(occurred_at), month(occurred_at));
