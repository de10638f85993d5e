-- Who uses the shop. An address is nested, since it is always read as a whole.
CREATE TABLE users (
  id BIGINT NOT NULL,
  email VARCHAR NOT NULL,
  name VARCHAR,
  country VARCHAR DEFAULT 'unknown',
  address STRUCT(street VARCHAR, city VARCHAR, geo STRUCT(lat DOUBLE, lon DOUBLE)),
  signed_up TIMESTAMP NOT NULL
);

COMMENT ON TABLE users IS 'One row a person; never deleted, only emptied';
COMMENT ON COLUMN users.email IS 'personal data';
