"""What the command line can do, a file for each group of commands. Heavy libraries are imported where they work."""
