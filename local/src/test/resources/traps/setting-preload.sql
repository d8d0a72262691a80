-- A library that does not exist locks everybody out
-- proof: 58P01 CONNECT
ALTER DATABASE {database} SET local_preload_libraries = 'no_such_library';
