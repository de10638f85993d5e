CREATE MACRO order_total(lines) AS list_sum(list_transform(lines, lambda line: line.quantity * line.price));

CREATE MACRO orders_of(who) AS TABLE
  SELECT id, ordered_at, order_total(lines) AS total FROM orders WHERE user_id = who;

CREATE VIEW daily_active_users AS
  SELECT CAST(started_at AS DATE) AS day, count(DISTINCT user_id) AS users
  FROM sessions
  GROUP BY ALL;
