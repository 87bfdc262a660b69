#!/usr/bin/env bash
# Verify an HTTP task with bash 4 and openssl: verify.sh "$X_WEBHOOK_SIGNATURE" < body; prints the digest of
# the signed bytes, or exits with 1: refuse the request. Secrets: HOOK_SECRET, HOOK_SECRET_OLD.
#
# The raw-body trap: $(cat) and `read` lose NUL bytes and newlines at the end, so the body stays in a file.
# `openssl dgst -hmac KEY` shows the key to everyone who can run ps, so the HMAC is made of two digests, with
# printf, which is the shell's own.

# The key $1 (128 hexadecimal digits), each byte XORed with $2, as raw bytes.
padded() {
  local byte bytes='' i
  for ((i = 0; i < 128; i += 2)); do
    printf -v byte '\\x%02x' $((16#${1:i:2} ^ $2))
    bytes+=$byte
  done
  printf %b "$bytes"
}

# HMAC-SHA256 of standard input under the secret $1, in hexadecimal.
hmac() {
  local key
  key=$(printf %s "$1" | od -An -v -tx1 | tr -d ' \n')
  if ((${#key} > 128)); then key=$(printf %s "$1" | sha256); fi
  while ((${#key} < 128)); do key+=00; done
  { padded "$key" 0x5c; { padded "$key" 0x36; cat; } | openssl dgst -sha256 -binary; } | sha256
}

sha256() { openssl dgst -sha256 -r | cut -c-64; }

ELEMENT='^[!#$%&'\''*+.^_`|~0-9A-Za-z-]+=[!-+.-~-]*$'

# signed BODY_FILE HEADER NOW_MS TOLERANCE_MS SECRET...: prints the digest of the signed bytes, or fails.
# HEADER is the value of the one X-Webhook-Signature line.
signed() {
  local LC_ALL=C body=$1 rest=$2, now=$3 tolerance=$4 number=0 time='' text name value secret good mac i
  local times=0 macs=() fits=0 difference
  shift 4
  ((${#rest} <= 4097)) || return 1
  while [[ $rest ]]; do
    text=${rest%%,*} rest=${rest#*,}
    if ((number++)); then while [[ $text == ' '* ]]; do text=${text# }; done; fi
    [[ $text =~ $ELEMENT ]] || return 1
    name=${text%%=*} value=${text#*=}
    if [[ $name == t ]]; then time=$value; ((++times)); fi
    if [[ $name == sha256 ]]; then macs+=("$value"); fi
  done
  ((times == 1 && ${#macs[@]} >= 1 && ${#macs[@]} <= 5)) || return 1
  [[ $time =~ ^(0|[1-9][0-9]{0,14})$ ]] && ((time <= 253402300799999)) || return 1
  for mac in "${macs[@]}"; do [[ $mac =~ ^[0-9a-f]{64}$ ]] || return 1; done
  for secret; do
    good=$({ printf %s. "$time"; cat "$body"; } | hmac "$secret")
    for mac in "${macs[@]}"; do
      difference=0 # over all digits, whichever differ
      for ((i = 0; i < 64; i++)); do ((difference |= 16#${good:i:1} ^ 16#${mac:i:1})); done
      if ((difference == 0)); then fits=1; fi
    done
  done
  ((fits)) || return 1
  local at=$((time >= 100000000000 ? time : time * 1000))
  ((now - at <= tolerance && at - now <= tolerance)) || return 1
  { printf 'http-task\n%s.' "$time"; cat "$body"; } | sha256
}

# A retry is harmless once both keys are unique, in one transaction with the effect:
#   CREATE TABLE seen (key TEXT PRIMARY KEY)
#   1. insert "signed $digest": there already? commit, answer 200: a request sent again, under any GUID
#   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
#   3. the effect
# A first attempt may come without a GUID: a key of your own inside the signed body is surer.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
  body=$(mktemp)
  trap 'rm -f "$body"' EXIT
  cat >"$body"
  secrets=() # newest first
  for one in "${HOOK_SECRET:-}" "${HOOK_SECRET_OLD:-}"; do [[ $one ]] && secrets+=("$one"); done
  signed "$body" "${1:-}" "$(date +%s%3N)" 300000 "${secrets[@]}"
fi
