"""What every page is built on: the server, the session, links, headers, escaping."""
