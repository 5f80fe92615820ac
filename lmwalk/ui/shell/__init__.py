"""What every page stands in: the server, the session, links, headers, escaping."""
