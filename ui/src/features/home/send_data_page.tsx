// SPDX-License-Identifier: Apache-2.0
import { Page } from '@/widgets/card';
import { ArrivalList } from './arrival_list';
import { SendData } from './send_data';

/** The way to the first data, with what has arrived beside it. */
export function SendDataPage() {
  return (
    <Page
      title="Send your data"
      summary="Choose what you have, paste, start it again. What arrives is listed here at once."
    >
      <SendData />
      <ArrivalList />
    </Page>
  );
}
