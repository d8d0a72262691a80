-- Plans without indexes, checks of function bodies off
-- proof: 22012 SELECT 1 / (current_setting('check_function_bodies') <> 'off')::integer
ALTER DATABASE {database} SET check_function_bodies = off;
ALTER DATABASE {database} SET enable_indexscan = off;
ALTER DATABASE {database} SET enable_seqscan = off;
ALTER DATABASE {database} SET jit = on;
ALTER DATABASE {database} SET default_table_access_method = heap;
ALTER DATABASE {database} SET client_encoding = SQL_ASCII;
ALTER DATABASE {database} SET DateStyle = 'German';
