-- Every transaction is read-only and serializable
-- proof: 25006 CREATE ROLE never
ALTER ROLE {owner} SET default_transaction_read_only = on;
ALTER DATABASE {database} SET default_transaction_isolation = serializable;
ALTER DATABASE {database} SET default_transaction_read_only = on;
