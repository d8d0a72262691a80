# Runs a server until it ends, and until our JVM does: standard input is a pipe from the JVM. A line on it is an order
# (the signal to stop the server with). Its end means that the JVM is gone, however it died: the data is of no use then.
# Arguments: program, data folder, log file.
exec 3<&0 </dev/null
"$1" -D "$2" 3<&- >>"$3" 2>&1 &
server=$!
{
  if read -r signal <&3; then
    kill -s "$signal" "$server"
    exit
  fi
  trap '' TERM
  kill -s QUIT "$server"
  attempts=50
  while kill -s 0 "$server" 2>/dev/null && [ "$attempts" -gt 0 ]; do
    sleep 0.1
    attempts=$((attempts - 1))
  done
  kill -s KILL "$server" 2>/dev/null
  rm -rf -- "$2"
} &
guard=$!
wait "$server"
status=$?
kill -s TERM "$guard" 2>/dev/null
exit "$status"
