"""Hidden tests of lab 08: none so far, what its checks ask is all."""
