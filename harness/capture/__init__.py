"""How traffic reaches the harness: the SOCKS proxy, TLS, the collector and its journal."""
