#!/bin/sh
# Installs what the tests need from the machine, by package name: PostgreSQL 15 and Chromium. Does nothing when both are there.
set -eu
missing=""
[ -x /usr/lib/postgresql/15/bin/initdb ] || missing="$missing postgresql-15"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium fonts-noto-core"
[ -z "$missing" ] && exit 0
echo "Installing for the tests:$missing"
if [ "$(id -u)" = 0 ]; then sudo=""; else sudo="sudo"; fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -q
# shellcheck disable=SC2086 # a list of package names
$sudo apt-get install -q -y --no-install-recommends $missing
