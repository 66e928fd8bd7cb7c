DROP TRIGGER signatures_reasons_stay ON signatures_reason;
DROP FUNCTION signatures_reasons_stay();
