#!/bin/sh
# Makes the secrets of docker-compose.yml that .env beside it does not have yet, and keeps the others.
set -eu
umask 077
env="${1:-$(dirname "$0")/../.env}"
touch "$env"
chmod 600 "$env"

random() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

# A last line without an end would swallow the first secret.
[ -z "$(tail -c1 "$env")" ] || echo >>"$env"
for name in MILENA_POSTGRES_PASSWORD MILENA_AUTH_SERVICE_TOKEN MILENA_ADMIN_TOKEN MILENA_API_KEY MILENA_RETURN_SECRET \
    MILENA_KEYS_ENCRYPTION; do
    grep -q "^$name=" "$env" && continue
    case $name in
    MILENA_API_KEY) echo "$name=mk_$(random)" ;;
    MILENA_KEYS_ENCRYPTION) echo "$name=k1:$(head -c 32 /dev/urandom | base64 | tr -d '\n')" ;;
    *) echo "$name=$(random)" ;;
    esac >>"$env"
done
