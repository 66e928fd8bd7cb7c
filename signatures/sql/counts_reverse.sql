DROP TRIGGER signatures_count_delete ON signatures_signature;
DROP TRIGGER signatures_count_update ON signatures_signature;
DROP TRIGGER signatures_count_insert ON signatures_signature;
DROP FUNCTION signatures_count();
DROP TYPE signatures_count_change;
