"""Workers and queues: who is alive, what they are busy with, and what waits for them."""
