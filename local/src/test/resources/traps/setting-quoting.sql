-- Strings and names are read and shown in another way
-- proof: 22012 SELECT 1 / (current_setting('standard_conforming_strings') <> 'off')::integer
ALTER DATABASE {database} SET standard_conforming_strings = off;
ALTER DATABASE {database} SET backslash_quote = on;
ALTER DATABASE {database} SET quote_all_identifiers = on;
ALTER DATABASE {database} SET array_nulls = off;
ALTER DATABASE {database} SET transform_null_equals = on;
ALTER DATABASE {database} SET bytea_output = escape;
ALTER DATABASE {database} SET client_min_messages = error;
