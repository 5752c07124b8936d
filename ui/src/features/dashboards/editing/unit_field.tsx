// SPDX-License-Identifier: Apache-2.0
import { commonUnits } from '@/model/dashboard/common_units';
import { SuggestField } from '@/widgets/suggest_field';

const units = commonUnits.filter((unit) => unit !== '').map((value) => ({ value }));

interface UnitFieldProps {
  label: string;
  value: string;
  onChange: (unit: string) => void;
}

export const UnitField = (props: UnitFieldProps) => <SuggestField suggestions={units} {...props} />;
