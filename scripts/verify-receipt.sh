#!/bin/sh
# Checks a receipt with nothing but openssl and the usual small tools: no part of this program.
#
#   verify-receipt.sh VKEY-FILE RECEIPT.tlog-proof
#
# 0: the receipt holds; its entry and what it discloses are printed.  1: it does not.  2: usage.
#
# What is checked, in this order: the head's signature (Ed25519), the entry's hash through the path
# to the head's root (RFC 6962), the entry's own index, each disclosure's digest (RFC 9901).
set -u
LC_ALL=C
export LC_ALL
PATH_LINES_MAX=63

usage() {
    printf 'usage: %s VKEY-FILE RECEIPT\n' "$0" >&2
    exit 2
}
refuse() {
    printf 'NOT VERIFIED: %s\n' "$1" >&2
    exit 1
}
[ $# -eq 2 ] && [ -r "$1" ] && [ -r "$2" ] || usage
command -v openssl >/dev/null || { printf 'openssl is not installed\n' >&2; exit 2; }

work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# Decode one line of base64 into a file; only the form that an encoder writes is taken.
unbase64() {
    printf '%s\n' "$1" | openssl base64 -d -A >"$2" 2>/dev/null || return 1
    [ "$(openssl base64 -A <"$2")" = "$1" ]
}
hash_file() { openssl dgst -sha256 -binary "$1" >"$2"; }
bytes() { wc -c <"$1" | tr -d ' '; }
number() {
    case $1 in
    '' | *[!0-9]* | 0?* | ???????????????????*) return 1 ;;
    esac
}

# -- the key: name+id+base64(01 || public key) -------------------------------------------------
vkey=$(cat "$1")
name=${vkey%%+*}
rest=${vkey#*+}
key_id=${rest%%+*}
key_text=${rest#*+}
unbase64 "$key_text" "$work/key" || refuse "the key is not base64"
[ "$(bytes "$work/key")" = 33 ] || refuse "the key is not Ed25519"
[ "$(od -An -tx1 -N1 "$work/key" | tr -d ' \n')" = 01 ] || refuse "the key is not Ed25519"
{ printf '%s\n' "$name" && cat "$work/key"; } >"$work/named"
hash_file "$work/named" "$work/named.hash"
[ "$(od -An -tx1 -N4 "$work/named.hash" | tr -d ' \n')" = "$key_id" ] || refuse "the key's id is wrong"
{
    printf '\060\052\060\005\006\003\053\145\160\003\041\000'
    tail -c 32 "$work/key"
} >"$work/key.der"

# -- the file's parts --------------------------------------------------------------------------
{
    IFS= read -r line && [ "$line" = 'c2sp.org/tlog-proof@v1' ] || refuse "it is no tlog-proof"
    IFS= read -r extra && [ "${extra#extra }" != "$extra" ] || refuse "it does not hold its entry"
    IFS= read -r index && [ "${index#index }" != "$index" ] || refuse "it has no index"
    : >"$work/path"
    while IFS= read -r line && [ -n "$line" ]; do
        printf '%s\n' "$line" >>"$work/path"
    done
    IFS= read -r origin && IFS= read -r size && IFS= read -r root || refuse "it has no head"
    IFS= read -r line && [ -z "$line" ] || refuse "the head has more than three lines"
    cat >"$work/signatures"
} <"$2"
index=${index#index }
number "$index" && number "$size" || refuse "index or size is no number"
[ "$index" -lt "$size" ] || refuse "the index is outside the log"
[ "$(wc -l <"$work/path")" -le "$PATH_LINES_MAX" ] || refuse "the path is too long"
[ "$origin" = "$name" ] || refuse "it is of $origin, the key is of $name"

# -- the signature over the head ---------------------------------------------------------------
printf '%s\n%s\n%s\n' "$origin" "$size" "$root" >"$work/head"
signed=no
while IFS= read -r line; do
    case $line in
    "— $name "*)
        unbase64 "${line##* }" "$work/line" || refuse "a signature is not base64"
        [ "$(od -An -tx1 -N4 "$work/line" | tr -d ' \n')" = "$key_id" ] || continue
        [ "$(bytes "$work/line")" = 68 ] || refuse "the signature has a wrong length"
        tail -c 64 "$work/line" >"$work/signature"
        openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin \
            -in "$work/head" -sigfile "$work/signature" >/dev/null 2>&1 ||
            refuse "the head was not signed by this key"
        signed=yes
        ;;
    "— "*) ;;
    *) refuse "a signature line is damaged" ;;
    esac
done <"$work/signatures"
[ "$signed" = yes ] || refuse "no signature is by this key"

# -- from the entry to the root ----------------------------------------------------------------
unbase64 "${extra#extra }" "$work/extra" || refuse "the entry is not base64"
head -n 1 "$work/extra" | tr -d '\n' >"$work/leaf"
{ printf '\000' && cat "$work/leaf"; } >"$work/input"
hash_file "$work/input" "$work/node"
low=$index
high=$((size - 1))
while IFS= read -r line; do
    unbase64 "$line" "$work/other" || refuse "a hash is not base64"
    [ "$(bytes "$work/other")" = 32 ] || refuse "a hash has not 32 bytes"
    [ "$high" -gt 0 ] || refuse "the path is too long"
    if [ $((low & 1)) -eq 1 ] || [ "$low" -eq "$high" ]; then
        { printf '\001' && cat "$work/other" "$work/node"; } >"$work/input"
        while [ $((low & 1)) -eq 0 ] && [ "$low" -gt 0 ]; do
            low=$((low >> 1)) high=$((high >> 1))
        done
    else
        { printf '\001' && cat "$work/node" "$work/other"; } >"$work/input"
    fi
    hash_file "$work/input" "$work/node"
    low=$((low >> 1)) high=$((high >> 1))
done <"$work/path"
[ "$high" -eq 0 ] || refuse "the path is too short"
[ "$(openssl base64 -A <"$work/node")" = "$root" ] || refuse "the entry is not in this log"

# -- what the entry says -----------------------------------------------------------------------
grep -q "[{,]\"seq\":$index[,}]" "$work/leaf" || refuse "the entry names another index"
printf 'VERIFIED: entry %s of %s in %s\n' "$index" "$size" "$origin"
cat "$work/leaf"
printf '\n'
tail -n +2 "$work/extra" >"$work/shown"
[ -s "$work/shown" ] || exit 0
[ -z "$(tail -c 1 "$work/shown")" ] || printf '\n' >>"$work/shown"
sed -n 's/^{"_sd":\[\([^]]*\)\].*/\1/p' "$work/leaf" >"$work/digests"
while IFS= read -r line; do
    printf '%s' "$line" >"$work/input"
    hash_file "$work/input" "$work/digest"
    digest=$(openssl base64 -A <"$work/digest" | tr '+/' '-_' | tr -d '=')
    grep -qF "\"$digest\"" "$work/digests" || refuse "a disclosure is of another entry"
    padded=$(printf '%s' "$line" | tr -- '-_' '+/')
    while [ $((${#padded} % 4)) -ne 0 ]; do padded=$padded=; done
    unbase64 "$padded" "$work/text" || refuse "a disclosure is not base64url"
    cat "$work/text"
    printf '\n'
done <"$work/shown"
