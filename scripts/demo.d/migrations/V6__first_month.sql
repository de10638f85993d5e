-- The first month, from the old shop.
INSERT INTO users
SELECT
  range,
  'user' || range || '@example.org',
  'User ' || range,
  CASE range % 3 WHEN 0 THEN 'NL' WHEN 1 THEN 'PT' ELSE 'FI' END,
  {'street': 'Pond Street ' || range, 'city': 'Duckburg', 'geo': {'lat': 52.0, 'lon': range / 10}},
  TIMESTAMP '2026-01-01' + INTERVAL (range) HOUR
FROM range(100);

INSERT INTO sessions
SELECT range, range % 100, 'https://example.org/?q=a;b', TIMESTAMP '2026-01-01' + INTERVAL (range) HOUR, NULL
FROM range(500);

INSERT INTO events
SELECT uuid(), range % 500, 'page_view', MAP {'path': '/pond/' || range % 7}, TIMESTAMP '2026-01-01' + INTERVAL (range) MINUTE
FROM range(5000);

INSERT INTO orders
SELECT
  range,
  range % 100,
  [{'sku': 'bread', 'quantity': 1 + range % 3, 'price': 2.50}, {'sku': 'oats', 'quantity': 1, 'price': 4.00}],
  'paid',
  TIMESTAMP '2026-01-02' + INTERVAL (range) HOUR
FROM range(200);
