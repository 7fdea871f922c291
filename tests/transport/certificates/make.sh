#!/bin/sh
# Makes the certificates of these tests anew. They are kept in the repository so that the tests need no openssl and
# prove the same everywhere; the keys protect nothing. Valid for a hundred years, but for the one that is expired.
# Extensions as Python 3.13 demands them (VERIFY_X509_STRICT).
set -eu
cd "$(dirname "$0")"

authority() {  # name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj "/CN=driftwatch test $1" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
    -keyout "$1.key" -out "$1.pem"
}

leaf() {  # name, subjectAltName, issuer, first day, last day
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=driftwatch test $1" \
    -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "subjectAltName=$2" "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=serverAuth" "subjectKeyIdentifier=hash" "authorityKeyIdentifier=keyid" > "$1.ext"
  : > index.txt; printf '%s\n' "$(openssl rand -hex 8)" > serial.txt
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n' > ca.conf
  openssl ca -batch -notext -config ca.conf -in "$1.csr" -out "$1.pem" -cert "$3.pem" -keyfile "$3.key" \
    -startdate "$4" -enddate "$5" -extfile "$1.ext"
  rm -f "$1.csr" "$1.ext" ca.conf index.txt* serial.txt* [0-9A-F]*.pem
}

alone() {  # name, subjectAltName: its own authority, and fit for both ends of a connection
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj "/CN=driftwatch test $1" \
    -addext "subjectAltName=$2" -addext "basicConstraints=critical,CA:TRUE" \
    -addext "keyUsage=critical,digitalSignature,keyCertSign" -keyout "$1.key" -out "$1.pem"
}

here="DNS:localhost,IP:127.0.0.1"
authority authority
authority stranger
leaf good "$here" authority 20200101000000Z 21250101000000Z
leaf expired "$here" authority 20200101000000Z 20200201000000Z
leaf elsewhere "DNS:elsewhere.example" authority 20200101000000Z 21250101000000Z
leaf unknown "$here" stranger 20200101000000Z 21250101000000Z
alone alone "$here"
openssl x509 -in authority.pem -noout -subject_hash > authority.hash
rm -f authority.key stranger.key stranger.pem
