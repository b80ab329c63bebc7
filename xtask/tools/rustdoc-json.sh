#!/bin/sh
# rustdoc with its JSON output. The variable would make cargo compile all dependencies again if cargo
# itself had it.
RUSTC_BOOTSTRAP=1 exec rustdoc "$@"
