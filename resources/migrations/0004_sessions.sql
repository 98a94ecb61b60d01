-- The Service Bus session of an item's original, by which a run takes it. Same three words and same rules as 0001.

-- NULL: it belongs to none, or the run was planned before sessions were written down.
ALTER TABLE replay_item ADD COLUMN session TEXT;
