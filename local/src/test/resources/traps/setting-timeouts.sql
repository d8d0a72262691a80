-- Everything takes too long
-- proof: 57014 SELECT pg_sleep(1)
ALTER DATABASE {database} SET lock_timeout = 1;
ALTER DATABASE {database} SET idle_in_transaction_session_timeout = 1;
ALTER ROLE {owner} SET statement_timeout = 1;
ALTER DATABASE {database} SET statement_timeout = 1;
