CREATE TABLE orders (
  id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  lines STRUCT(sku VARCHAR, quantity INTEGER, price DECIMAL(10, 2))[],
  status VARCHAR DEFAULT 'open',
  ordered_at TIMESTAMP NOT NULL
);
