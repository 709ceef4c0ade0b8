#!/bin/sh
# Checks that one head of a log continues another, with nothing but openssl and the usual small
# tools: no part of this program.
#
#   verify-consistency.sh VKEY-FILE OLD-CHECKPOINT REQUEST.add-checkpoint
#
# 0: both heads were signed by the key, and the old log is the beginning of the new one.
# 1: not so.  2: usage.
#
# OLD-CHECKPOINT: a signed head that somebody kept.  REQUEST: what `lockerctl witness request --old
# SIZE` writes: the old size, the proof (RFC 6962), the new signed head.
set -u
LC_ALL=C
export LC_ALL
PROOF_LINES_MAX=63

usage() {
    printf 'usage: %s VKEY-FILE OLD-CHECKPOINT REQUEST\n' "$0" >&2
    exit 2
}
refuse() {
    printf 'NOT VERIFIED: %s\n' "$1" >&2
    exit 1
}
[ $# -eq 3 ] && [ -r "$1" ] && [ -r "$2" ] && [ -r "$3" ] || usage
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
unbase64 "${rest#*+}" "$work/key" || refuse "the key is not base64"
[ "$(bytes "$work/key")" = 33 ] || refuse "the key is not Ed25519"
[ "$(od -An -tx1 -N1 "$work/key" | tr -d ' \n')" = 01 ] || refuse "the key is not Ed25519"
{ printf '%s\n' "$name" && cat "$work/key"; } >"$work/named"
hash_file "$work/named" "$work/named.hash"
[ "$(od -An -tx1 -N4 "$work/named.hash" | tr -d ' \n')" = "$key_id" ] || refuse "the key's id is wrong"
{
    printf '\060\052\060\005\006\003\053\145\160\003\041\000'
    tail -c 32 "$work/key"
} >"$work/key.der"

# -- a signed head from standard input; `size`, and the root in a file -------------------------
head_of() {
    IFS= read -r origin && IFS= read -r size && IFS= read -r root || refuse "the $1 head is cut off"
    IFS= read -r line && [ -z "$line" ] || refuse "the $1 head has more than three lines"
    [ "$origin" = "$name" ] || refuse "the $1 head is of $origin, the key is of $name"
    number "$size" || refuse "the size of the $1 head is no number"
    unbase64 "$root" "$work/$1" && [ "$(bytes "$work/$1")" = 32 ] || refuse "the $1 root is no hash"
    printf '%s\n%s\n%s\n' "$origin" "$size" "$root" >"$work/head"
    signed=no
    while IFS= read -r line; do
        case $line in
        "— $name "*)
            unbase64 "${line##* }" "$work/line" || refuse "a signature is not base64"
            [ "$(od -An -tx1 -N4 "$work/line" | tr -d ' \n')" = "$key_id" ] || continue
            [ "$(bytes "$work/line")" = 68 ] || refuse "a signature has a wrong length"
            tail -c 64 "$work/line" >"$work/signature"
            openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key.der" -rawin \
                -in "$work/head" -sigfile "$work/signature" >/dev/null 2>&1 ||
                refuse "the $1 head was not signed by this key"
            signed=yes
            ;;
        "— "*) ;;
        *) refuse "a signature line is damaged" ;;
        esac
    done
    [ "$signed" = yes ] || refuse "no signature of the $1 head is by this key"
}
head_of old <"$2"
old=$size
{
    IFS= read -r line && [ "${line#old }" != "$line" ] || refuse "it does not begin with a size"
    said=${line#old }
    : >"$work/proof"
    while IFS= read -r line && [ -n "$line" ]; do
        printf '%s\n' "$line" >>"$work/proof"
    done
    head_of new
} <"$3"
new=$size
[ "$said" = "$old" ] || refuse "the proof begins at $said entries, the old head has $old"
[ "$old" -le "$new" ] || refuse "the log was longer once: $old entries, now $new"
count=$(wc -l <"$work/proof" | tr -d ' ')
[ "$count" -le "$PROOF_LINES_MAX" ] || refuse "the proof is too long"

# -- from the proof to both roots (RFC 9162 2.1.4.2) -------------------------------------------
if [ "$old" -eq "$new" ] || [ "$old" -eq 0 ]; then
    [ "$count" -eq 0 ] || refuse "the proof is too long"
    [ "$old" -eq 0 ] && openssl dgst -sha256 -binary </dev/null >"$work/new"
    cmp -s "$work/old" "$work/new" || refuse "two heads of one size differ: there are two histories"
else
    low=$((old - 1))
    high=$((new - 1))
    while [ $((low & 1)) -eq 1 ]; do
        low=$((low >> 1)) high=$((high >> 1))
    done
    first=yes
    # The old tree is perfect and is itself where the proof starts.
    if [ $((old & (old - 1))) -eq 0 ]; then
        cp "$work/old" "$work/a" && cp "$work/old" "$work/b"
        first=no
    fi
    while IFS= read -r line; do
        unbase64 "$line" "$work/other" || refuse "a hash is not base64"
        [ "$(bytes "$work/other")" = 32 ] || refuse "a hash has not 32 bytes"
        if [ "$first" = yes ]; then
            cp "$work/other" "$work/a" && cp "$work/other" "$work/b"
            first=no
            continue
        fi
        [ "$high" -gt 0 ] || refuse "the proof is too long"
        if [ $((low & 1)) -eq 1 ] || [ "$low" -eq "$high" ]; then
            for side in a b; do
                { printf '\001' && cat "$work/other" "$work/$side"; } >"$work/input"
                hash_file "$work/input" "$work/$side"
            done
            while [ $((low & 1)) -eq 0 ] && [ "$low" -gt 0 ]; do
                low=$((low >> 1)) high=$((high >> 1))
            done
        else
            { printf '\001' && cat "$work/b" "$work/other"; } >"$work/input"
            hash_file "$work/input" "$work/b"
        fi
        low=$((low >> 1)) high=$((high >> 1))
    done <"$work/proof"
    [ "$first" = no ] && [ "$high" -eq 0 ] || refuse "the proof is too short"
    cmp -s "$work/a" "$work/old" && cmp -s "$work/b" "$work/new" ||
        refuse "the old log is not the beginning of the new one"
fi
printf 'VERIFIED: the first %s of %s entries of %s are those that were signed before\n' \
    "$old" "$new" "$name"
