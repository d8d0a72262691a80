# Waits until our JVM is gone, however it ended: standard input is a pipe from the JVM. Each line on it is an order, add
# or remove, with a process group. Then kills those groups and whatever works in the folder, and deletes the folder:
# what a container does with its processes and its storage when it ends. Argument: the folder.
folder=$1
groups=' '
while read -r order group; do
  case $order in
    add) groups="$groups$group " ;;
    remove) groups="${groups%% "$group" *} ${groups#* "$group" }" ;;
  esac
done
trap '' TERM INT HUP
for group in $groups; do
  kill -s KILL -- "-$group" 2>/dev/null
done
# More than once: a process may have started another while we looked.
attempts=20
while [ "$attempts" -gt 0 ]; do
  found=
  for entry in /proc/[0-9]*; do
    case $(readlink "$entry/cwd" 2>/dev/null) in
      "$folder" | "$folder"/* | "$folder (deleted)") found=1; kill -s KILL "${entry#/proc/}" 2>/dev/null ;;
    esac
  done
  [ -z "$found" ] && break
  attempts=$((attempts - 1))
  sleep 0.1
done
rm -rf -- "$folder"
