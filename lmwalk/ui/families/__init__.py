"""What differs between walks, draws and chains: one room each, behind one protocol."""
