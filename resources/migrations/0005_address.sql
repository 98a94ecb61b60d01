-- Which broker a run worked on, so that another saved connection to the same one, or one made anew, knows its
-- runs. Same three words and same rules as 0001.

-- An address is where a broker is reached, whatever the way in: with TLS or without, over a WebSocket or not, by
-- which name of the own machine.
CREATE VIEW connection_address AS
SELECT id, technology || '://' ||
    CASE WHEN lower(host) IN ('localhost', '127.0.0.1', '::1') THEN 'localhost' ELSE rtrim(lower(host), '.') END ||
    CASE
        WHEN technology = 'rabbitmq' AND port IN (5671, 5672) THEN ''
        WHEN technology = 'servicebus' AND port IN (5671, 443) THEN ''
        ELSE ':' || CAST(port AS TEXT)
    END AS address
FROM connection;

-- Empty: not known, the connection was removed before addresses were written down.
ALTER TABLE replay_run ADD COLUMN source_address TEXT NOT NULL DEFAULT '';
UPDATE replay_run SET source_address =
    COALESCE((SELECT address FROM connection_address WHERE id = replay_run.source_connection), '');
