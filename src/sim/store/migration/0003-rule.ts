/**
 * Never edited once released. Rules are drawn for as faults are; `push_behaviour` is a list of JSON, where it was the
 * name of one.
 */
export const RULE = `
ALTER TABLE rule ADD COLUMN taken INTEGER DEFAULT 0;
UPDATE call SET push_behaviour = CASE push_behaviour
  WHEN 'twice' THEN '[{"againMs":1000}]'
  WHEN 'again-after-hour' THEN '[{"againMs":3600000}]'
  WHEN 'late' THEN '[{"lateMs":180000}]'
  WHEN 'failing' THEN '[{"failing":true}]'
  ELSE '[{"order":"' || push_behaviour || '"}]'
END WHERE push_behaviour IS NOT NULL;
`;
