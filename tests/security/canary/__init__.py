"""One planted key, looked for wherever a program prints, keeps or sends something."""
