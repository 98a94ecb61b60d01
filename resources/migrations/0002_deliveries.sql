-- What a run uses up of a quorum queue's delivery limit, and the words of a saved filter. Same three words and
-- same rules as 0001.

-- -1: the queue had no limit, or it was not known.
ALTER TABLE replay_run ADD COLUMN delivery_limit INTEGER NOT NULL DEFAULT -1;
-- Deliveries that the oldest message had used when the run was accepted; -1: not known.
ALTER TABLE replay_run ADD COLUMN deliveries_before INTEGER NOT NULL DEFAULT -1;
-- How often the run opened its queue, written before each time; each can cost its messages one delivery.
ALTER TABLE replay_run ADD COLUMN source_opens INTEGER NOT NULL DEFAULT 0;

ALTER TABLE saved_filter ADD COLUMN words TEXT NOT NULL DEFAULT '';
