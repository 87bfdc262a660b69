# Ask the function about one vector a line. Several header lines come joined, as CGI joins them.
source ./verify.sh

bytes() { printf %b "$(sed 's/../\\x&/g' <<<"$1")"; }

while IFS= read -r line; do
  mapfile -t field <<<"${line//$'\t'/$'\n'}"
  bytes "${field[3]}" >body
  header=$(bytes "${field[4]//,/2c20}"; printf .) 2>/dev/null
  secrets=()
  for one in ${field[2]//,/ }; do secrets+=("$(bytes "$one")"); done
  signed body "${header%.}" "${field[0]}" $((field[1] * 1000)) "${secrets[@]}" || echo refused
done
