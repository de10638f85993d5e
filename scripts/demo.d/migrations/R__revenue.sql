-- Applied again whenever this file changes.
CREATE OR REPLACE VIEW revenue AS
  SELECT u.country, sum(order_total(o.lines)) AS revenue, count(*) AS orders
  FROM orders AS o
  JOIN users AS u ON u.id = o.user_id
  WHERE o.status = 'paid'
  GROUP BY u.country;
