-- Whoever may becomes another role on connecting
-- proof: 22012 SELECT 1 / (current_user <> 'pg_monitor')::integer
ALTER DATABASE {database} SET role = 'pg_monitor';
