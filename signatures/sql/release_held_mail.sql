-- Let go the mails that were held, in the order in which they came: the queue goes by the number of the job. To hold one
-- was counted as a try, and was none.
UPDATE procrastinate_jobs
SET scheduled_at = NULL, attempts = greatest(attempts - 1, 0)
WHERE status = 'todo' AND scheduled_at = %(held_until)s;
