#!/usr/bin/env bash
# Proves the peer with the vendor's client: vendor.sh PEER_PROGRAM SCRATCH_FOLDER [test files]. Exit code 77: skipped,
# the last line says why. npm packages are fetched once, into node/node_modules.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
program=$1 scratch=$2
shift 2
skip() { echo "skipped: $*"; exit 77; }

for tool in node npm openssl; do
    command -v $tool >/dev/null || skip "$tool is not installed"
done
cd "$here/node"
if [ ! -d node_modules/@azure/service-bus ]; then
    npm ci --no-audit --no-fund --loglevel=error || { rm -rf node_modules; skip "npm could not fetch the packages (no network?)"; }
fi

mkdir -p "$scratch"
if [ ! -f "$scratch/server.pem" ]; then
    (
        cd "$scratch"
        openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Peer test authority" \
            -keyout ca.key -out ca.pem 2>/dev/null
        openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr 2>/dev/null
        printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >server.ext
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -extfile server.ext \
            -out server.pem.new 2>/dev/null
        mv server.pem.new server.pem
    )
fi
export SERVICEBUSPEER=$program PEER_CERTIFICATE=$scratch/server.pem PEER_KEY=$scratch/server.key
export NODE_EXTRA_CA_CERTS=$scratch/ca.pem
if [ $# -eq 0 ]; then
    set -- suite/*.test.js
fi
exec node --test --test-concurrency=3 "$@"
