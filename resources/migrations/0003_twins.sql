-- How many equal messages the queue held when an item was planned. Same three words and same rules as 0001.

-- Itself included; -1: not known. A run that goes on after a crash leaves those it did not choose alone.
ALTER TABLE replay_item ADD COLUMN twins INTEGER NOT NULL DEFAULT -1;
