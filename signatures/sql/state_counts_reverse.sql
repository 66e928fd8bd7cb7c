DROP TRIGGER signatures_by_state_delete ON signatures_signature;
DROP TRIGGER signatures_by_state_update ON signatures_signature;
DROP TRIGGER signatures_by_state_insert ON signatures_signature;
DROP FUNCTION signatures_by_state();
