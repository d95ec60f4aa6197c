#!/usr/bin/env bash
# The calls of an app with curl alone: bash examples/lookups.sh
# API: the deployment, http://127.0.0.1:3000 where it is left out.
set -euo pipefail
api=${API:-http://127.0.0.1:3000}
account=0192ac77e7b641cd404fbcade3ec1eb2f180b3be4f216a58203461b698ea41c3c7

# Prints what it asks for, and fails with the problem details of a refusal.
get() {
  echo "GET $1" >&2
  curl --silent --show-error --fail-with-body --max-time 60 "${@:2}" "$api$1"
  echo
}

get /v1/ready || true # 503 says why not
get /v1/assets/villas/0                                            # from the cache, else from the chain
get /v1/assets/villas/0 -H 'cache-control: max-age=10'             # known to hold within the last 10 seconds
get /v1/assets/villas/0 -H 'cache-control: no-cache, stale-if-error=0' # from the chain, and from nowhere else
get "/v1/accounts/$account"
get "/v1/accounts/$account/staking"
get '/v1/collections/villas/assets?limit=5'

# Several at once. Each has an outcome of its own.
get /v1/lookup -H 'content-type: application/json' \
  -d "{\"refs\":[{\"kind\":\"asset\",\"id\":\"villas:0\"},{\"kind\":\"account\",\"id\":\"$account\"}]}"

# The same value again: 304, without a body.
etag=$(curl --silent --output /dev/null --write-out '%header{etag}' "$api/v1/assets/villas/0")
curl --silent --output /dev/null --write-out 'again: %{http_code}\n' -H "if-none-match: $etag" "$api/v1/assets/villas/0"

# Everything that has happened, page by page from the oldest event on.
get '/v1/changes?after=start&limit=5'
